import { createHmac, randomUUID } from 'node:crypto';
import { callBody, callUrl, idempotencyKey } from '@/core/intervention/effect-key';
import { signatureHeader, SIGNATURE_LIFETIME_S, stringToSign } from '@/core/intervention/sign';
import type { ParticipantLog } from './log';

export interface CheckInput {
  /** Of the service, as it is declared to the console. */
  url: string;
  stepName: string;
  /** null: calls go unsigned. */
  secret: string | null;
  /** JSON text that the step can be run with; null: nothing is run. */
  context: string | null;
  /** Where the participant writes saga_log; null: rows are not looked at. */
  log: ParticipantLog | null;
}

export interface Finding {
  /** Of contract part 4. */
  obligation: 'signature' | 'a' | 'b' | 'c' | 'd' | 'e';
  what: string;
  verdict: 'keeps' | 'breaks' | 'not tried';
  /** What came back, or why it was not tried. */
  saw: string;
}

interface Answer {
  status: number;
  text: string;
}
interface Call {
  sagaId: string;
  undoes: bigint;
  action?: 'compensate' | 'retry';
  compensationId?: string;
  /** Seconds ago at which it says that it was signed. */
  age?: number;
  secret?: string | null;
}

const AT_ONCE = 20;
const TIMEOUT_MS = 30_000;
const NO_LOG = 'give --database to see the rows';
const isDone = ({ status }: Answer): boolean => status === 200 || status === 201 || status === 204;
/** Of many at once one may be told to come again. */
const isDoneOrLater = (answer: Answer): boolean => isDone(answer) || [409, 425, 429, 503].includes(answer.status);
const statuses = (answers: readonly Answer[]): string =>
  `answered ${[...new Set(answers.map(({ status }) => status))].toSorted((a, b) => a - b).join(', ')}`;
const rowsSeen = (n: number): string => (n === 1 ? '1 row' : `${n} rows`);

/** Tries the obligations of a participant one after the other, under saga ids of its own. Source: contract part 4. */
export class ParticipantCheck {
  readonly findings: Finding[] = [];

  constructor(private readonly input: CheckInput) {}

  async run(): Promise<readonly Finding[]> {
    await this.signature();
    await this.neverRan();
    await this.manyAtOnce();
    await this.realEffect();
    return this.findings;
  }

  private async signature(): Promise<void> {
    const { secret } = this.input;
    const cases: [string, Partial<Call>][] = [
      ['a call without a signature is refused', { secret: null }],
      ['a call signed with another secret is refused', { secret: `${secret}x` }],
      [`a signature older than ${SIGNATURE_LIFETIME_S} s is refused`, { age: SIGNATURE_LIFETIME_S + 1 }],
    ];
    for (const [what, wrong] of cases) {
      if (secret === null) {
        this.tell('signature', what, null, 'give --secret-env');
        continue;
      }
      const saga = await this.freshSaga();
      const answer = await this.call({ ...saga, ...wrong });
      const rows = (await this.undone(saga.sagaId)) ?? 0;
      const refused = answer.status === 401 || answer.status === 403;
      this.tell('signature', what, refused && rows === 0, `answered ${answer.status}, ${rowsSeen(rows)}`);
    }
  }

  /** (d), and with its answer (a), (b) and (c): what has no effect is asked for again, by the same and by another key. */
  private async neverRan(): Promise<void> {
    const saga = await this.freshSaga();
    const compensationId = randomUUID();
    const first = await this.call({ ...saga, compensationId });
    const rows = await this.undone(saga.sagaId);
    this.tell('d', 'a step that never ran is compensated with 200', isDone(first), `answered ${first.status}`);
    this.tellRows('d', 'its COMPENSATED row stands as evidence', rows, 1);
    await this.evidence(saga.sagaId, compensationId);
    const late = await this.call({ ...saga, action: 'retry' });
    const ran = await this.input.log?.done(saga.sagaId, this.input.stepName);
    // Who refuses everything keeps nothing by it.
    const only = (good: boolean): boolean | null => (isDone(first) ? good : null);
    this.tell('d', 'its late run is refused', only(!isDone(late) && !ran), `answered ${late.status}`);
    const again = await this.call({ ...saga, compensationId });
    const same = again.status === first.status && again.text === first.text;
    this.tell(
      'a',
      'the same key gets the same answer',
      only(same),
      same ? `answered ${again.status}` : 'another answer',
    );
    this.tellRows('a', 'the same key adds no second row', await this.undone(saga.sagaId), 1);
    const other = await this.call(saga);
    this.tell('c', 'what does not stand is answered 200 by any key', isDone(other), `answered ${other.status}`);
    this.tellRows('c', 'and adds no row where the log has one', await this.undone(saga.sagaId), 1);
  }

  private async evidence(sagaId: string, compensationId: string): Promise<void> {
    const { log, stepName } = this.input;
    const what = 'the row is there when the answer is, with the compensation id';
    if (log === null) return this.tell('b', what, null, NO_LOG);
    const found = await log.compensations(sagaId, stepName);
    this.tell('b', what, found.includes(compensationId), found.length === 0 ? 'no row' : `row of ${found.join(', ')}`);
  }

  private async manyAtOnce(): Promise<void> {
    const saga = await this.freshSaga();
    const compensationId = randomUUID();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => this.call({ ...saga, compensationId })));
    const good = answers.some(isDone) && answers.every(isDoneOrLater);
    this.tell('a', `${AT_ONCE} times the same key at once is answered`, good, statuses(answers));
    this.tellRows('a', 'and leaves one row', await this.undone(saga.sagaId), 1);
  }

  /** (e), then an effect that really stands, undone by twenty hands at once. */
  private async realEffect(): Promise<void> {
    const { context, log, stepName } = this.input;
    const what = {
      run: 'a step that is pending is run by retry',
      again: 'retrying what has succeeded is answered 200',
      rows: 'and adds no second SUCCESS row',
      undo: 'an effect that stands is undone by many keys at once',
      once: 'and one of them leaves its row',
    };
    if (context === null) {
      for (const each of [what.run, what.again, what.rows]) this.tell('e', each, null, 'give --context FILE');
      for (const each of [what.undo, what.once]) this.tell('c', each, null, 'give --context FILE');
      return;
    }
    const saga = await this.freshSaga();
    const ran = await this.call({ ...saga, action: 'retry' });
    this.tell('e', what.run, isDone(ran), `answered ${ran.status} ${isDone(ran) ? '' : ran.text.slice(0, 200)}`.trim());
    const again = await this.call({ ...saga, action: 'retry' });
    this.tell('e', what.again, isDone(again), `answered ${again.status}`);
    this.tellRows('e', what.rows, (await log?.done(saga.sagaId, stepName)) ?? null, 1);
    const undoes = (await log?.lastDone(saga.sagaId, stepName)) ?? saga.undoes;
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => this.call({ ...saga, undoes })));
    this.tell('c', what.undo, answers.some(isDone) && answers.every(isDoneOrLater), statuses(answers));
    this.tellRows('c', what.once, await this.undone(saga.sagaId), 1);
  }

  private tell(obligation: Finding['obligation'], what: string, good: boolean | null, saw: string): void {
    this.findings.push({ obligation, what, verdict: good === null ? 'not tried' : good ? 'keeps' : 'breaks', saw });
  }

  private tellRows(obligation: Finding['obligation'], what: string, rows: number | null, wanted: number): void {
    this.tell(obligation, what, rows === null ? null : rows === wanted, rows === null ? NO_LOG : rowsSeen(rows));
  }

  private async undone(sagaId: string): Promise<number | null> {
    return this.input.log ? (await this.input.log.compensations(sagaId, this.input.stepName)).length : null;
  }

  /** A saga whose step was announced, as an orchestrator does, and never ran. */
  private async freshSaga(): Promise<{ sagaId: string; undoes: bigint }> {
    const sagaId = randomUUID();
    return { sagaId, undoes: (await this.input.log?.announce(sagaId, this.input.stepName)) ?? 1n };
  }

  private async call({ sagaId, undoes, action = 'compensate', age = 0, ...rest }: Call): Promise<Answer> {
    const { stepName, context } = this.input;
    const compensationId = rest.compensationId ?? randomUUID();
    const secret = rest.secret === undefined ? this.input.secret : rest.secret;
    const effect = { sagaId, stepName, action, undoes };
    const url = callUrl(this.input.url, effect);
    const key = idempotencyKey(compensationId, stepName);
    const body = callBody({
      ...effect,
      compensationId,
      sagaType: 'participant_check',
      compensatingAction: null,
      context,
      requestedBy: 'participant:check',
      reason: 'a conformance check of this participant',
    });
    const t = Math.floor(Date.now() / 1000) - age;
    const text = stringToSign({ t, method: 'POST', path: new URL(url).pathname, key, body });
    const signed = secret === null ? null : createHmac('sha256', secret).update(text).digest('hex');
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        'Sagascope-Attempt': '1',
        'Sagascope-Intervention': compensationId,
        ...(signed === null ? {} : { 'Sagascope-Signature': signatureHeader(t, signed) }),
      },
      body,
    });
    return { status: response.status, text: await response.text() };
  }
}
