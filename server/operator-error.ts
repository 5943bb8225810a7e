/**
 * What a person who runs the console did or has to do, in one sentence. Commands print the message alone, without a
 * stack, and end with a non-zero exit code.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
