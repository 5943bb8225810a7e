import { ImportFailure } from './row';

/** Nothing of it is recorded: its id is taken, or as many imports run as may. */
export class NotBegun extends ImportFailure {
  constructor(
    readonly why: 'taken' | 'full',
    id: string,
  ) {
    super(
      why === 'taken'
        ? `There is an import ${id} already.`
        : 'Too many imports are running. Try again when one has ended.',
    );
  }
}
