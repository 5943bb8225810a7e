/** One entry of the console's own history. Append-only; the hash covers every field and the entry before. */
export interface JournalEntry {
  /** 1, 2, 3 … without a gap. */
  seq: bigint;
  /** Epoch ms. */
  at: number;
  /** Past tense: InterventionRequested, CallDispatched … */
  type: string;
  tenantId: string;
  sagaId: string | null;
  interventionId: string | null;
  /** Who, with which role, from where (`console`, `worker`, an address). */
  actor: string;
  role: string;
  origin: string;
  /** JSON text, hashed as it stands. */
  body: string;
}

export interface ChainedEntry extends JournalEntry {
  prevHash: string;
  hash: string;
}

/** prevHash of the first entry. */
export const GENESIS = '0'.repeat(64);

/** The text that is hashed: an array, so that no two entries share one text. */
export const entryText = (entry: JournalEntry, prevHash: string): string =>
  JSON.stringify([
    prevHash,
    entry.seq.toString(),
    entry.at,
    entry.type,
    entry.tenantId,
    entry.sagaId,
    entry.interventionId,
    entry.actor,
    entry.role,
    entry.origin,
    entry.body,
  ]);

/** An entry with its place in the chain. `sha256` answers lower-case hex. */
export const chain = (entry: JournalEntry, prevHash: string, sha256: (text: string) => string): ChainedEntry => ({
  ...entry,
  prevHash,
  hash: sha256(entryText(entry, prevHash)),
});

export interface ChainFault {
  seq: bigint;
  /** What is wrong, in a sentence. */
  text: string;
}

/**
 * Checks the entries that follow `before` (null: from the first). Answers the first fault, or null where every entry
 * has the next number, names the hash before it, and hashes to its own.
 */
export function firstFault(
  entries: readonly ChainedEntry[],
  before: { seq: bigint; hash: string } | null,
  sha256: (text: string) => string,
): ChainFault | null {
  let last = before ?? { seq: 0n, hash: GENESIS };
  for (const entry of entries) {
    const { seq } = entry;
    if (seq !== last.seq + 1n) return { seq, text: `Entry ${last.seq + 1n} is missing: the next one is ${seq}.` };
    if (entry.prevHash !== last.hash) return { seq, text: `Entry ${seq} does not follow from the entry before it.` };
    if (sha256(entryText(entry, entry.prevHash)) !== entry.hash)
      return { seq, text: `Entry ${seq} was changed after it was written.` };
    last = entry;
  }
  return null;
}
