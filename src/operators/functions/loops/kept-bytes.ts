/** All that the steps of a loop make is kept for reverse mode up to so many bytes, beyond that a part is made again. */
export const keptBytesMax = 2 ** 28;

/** The same of a loop that may take far fewer steps than its limit, for which room is made. */
export const keptBytesOfLimitMax = 2 ** 24;
