/** What a call is about. Every call for the same effect, from any intervention, sends the same key and bytes. Contract part 4. */
export interface Effect {
  sagaId: string;
  stepName: string;
  action: 'compensate' | 'retry';
  /** Id of the done row to undo, else of the step's last started or failed row. */
  undoes: bigint;
}

/** Percent-encoded as one path segment, in path and key alike. */
export const encodeStep = (stepName: string): string =>
  encodeURIComponent(stepName.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));

/** The identity of an effect as one text: unique per effect. */
export const effectKey = ({ sagaId, stepName, action, undoes }: Effect): string =>
  `${sagaId}/${encodeStep(stepName)}/${action}/${undoes}`;

/** POST {service.url}/sagas/{sagaId}/steps/{stepName}/compensate (or /retry). */
export const callUrl = (serviceUrl: string, { sagaId, stepName, action }: Omit<Effect, 'undoes'>): string =>
  `${serviceUrl.replace(/\/+$/, '')}/sagas/${encodeURIComponent(sagaId)}/steps/${encodeStep(stepName)}/${action}`;

/** `compensationId` is that of the first call for this effect. */
export const idempotencyKey = (compensationId: string, stepName: string): string =>
  `${compensationId}:${encodeStep(stepName)}`;

export interface CallBody extends Effect {
  compensationId: string;
  sagaType: string;
  compensatingAction: string | null;
  /** JSON text in a string: numbers beyond 2^53 reach the participant as they are. */
  context: string | null;
  requestedBy: string;
  reason: string;
}

/** The bytes of a call, frozen with its key by the first call for the effect; members in the contract's order. */
export const callBody = (body: CallBody): string =>
  JSON.stringify({
    action: body.action,
    compensationId: body.compensationId,
    sagaId: body.sagaId,
    sagaType: body.sagaType,
    stepName: body.stepName,
    undoes: String(body.undoes),
    compensatingAction: body.compensatingAction,
    context: body.context,
    requestedBy: body.requestedBy,
    reason: body.reason,
  });
