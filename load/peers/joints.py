"""The joints of the robot arm, base first: metres along z and x, and quarter turns about x."""

JOINTS = [
    (0.333, 0, 0),
    (0, 0, -1),
    (0.316, 0, 1),
    (0, 0.0825, 1),
    (0.384, -0.0825, -1),
    (0, 0, 1),
    (0, 0.088, 1),
]
