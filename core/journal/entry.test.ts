import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chain, type ChainedEntry, firstFault, GENESIS, type JournalEntry } from './entry';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function chained(bodies: readonly string[]): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (const [at, body] of bodies.entries()) {
    const entry: JournalEntry = {
      seq: BigInt(at + 1),
      at,
      type: 'InterventionRequested',
      tenantId: 'acme',
      sagaId: null,
      interventionId: null,
      actor: 'ana',
      role: 'operator',
      origin: 'console',
      body,
    };
    entries.push(chain(entry, entries.at(-1)?.hash ?? GENESIS, sha256));
  }
  return entries;
}

describe('the journal as a chain', () => {
  it('finds no fault in what was appended', () => {
    fc.assert(fc.property(fc.array(fc.string()), (bodies) => firstFault(chained(bodies), null, sha256) === null));
  });

  it('goes on from an entry that was checked before', () => {
    const entries = chained(['a', 'b', 'c']);
    expect(firstFault(entries.slice(2), entries[1] ?? null, sha256)).toBeNull();
  });

  it('notices any changed field of any entry, at that entry', () => {
    const change = fc.constantFrom<Partial<ChainedEntry>>(
      { body: 'other' },
      { actor: 'eve' },
      { at: 99 },
      { type: 'InterventionCancelled' },
      { tenantId: 'globex' },
      { sagaId: '5e0d6f57-8a53-4a4e-9f5b-6f0c7f2f0a11' },
      { role: 'admin' },
      { origin: 'worker' },
      { hash: 'f'.repeat(64) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), change, (length, pick, changed) => {
        const entries = chained(Array.from({ length }, (_, at) => `body ${at}`));
        const at = pick % length;
        const forged = entries.map((entry, index) => (index === at ? { ...entry, ...changed } : entry));
        expect(firstFault(forged, null, sha256)?.seq).toBe(BigInt(at + 1));
      }),
    );
  });

  it('notices an entry that was taken out, and one that was forged with a right hash', () => {
    const entries = chained(['a', 'b', 'c']);
    expect(firstFault([...entries.slice(0, 1), ...entries.slice(2)], null, sha256)?.text).toContain('missing');
    const second = entries[1];
    if (!second) throw new Error('three entries were chained');
    const forged = chain({ ...second, body: 'forged' }, second.prevHash, sha256);
    expect(firstFault(entries.with(1, forged), null, sha256)?.seq).toBe(3n);
  });
});
