/** What does not fit, in short words; whoever knows the tensor's name makes it an error. */
export class TensorFault extends Error {
  readonly expected: string;
  readonly received: string;

  constructor(expected: string, received: string) {
    super(`expected ${expected}, received ${received}`);
    this.expected = expected;
    this.received = received;
  }
}
