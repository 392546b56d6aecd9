/** What `infer` throws; whoever knows the document adds the node's name. `operand` is an index. */
export class OperandFault extends Error {
  readonly operand: number | undefined;

  constructor(reason: string, operand?: number) {
    super(reason);
    this.operand = operand;
  }
}
