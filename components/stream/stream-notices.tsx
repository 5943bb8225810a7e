'use client';
import type { Stream } from '@/core/contract/streams';
import { ShapeIcon } from '@/components/saga/status';
import { UrlLink } from '@/components/shell/url-link';
import { wholeWords } from '@/components/ui/number-words';
import { anomalyWords } from './stream-words';
import type { Missed, PageState } from './use-time-travel';

const NAMED = 3;

/** What one must know before believing the state: that it is of another version than was asked for, a reducer that failed, and what is wrong with the stream. */
export function StreamNotices({ stream, state, missed }: { stream: Stream; state: PageState; missed: Missed | null }) {
  const { reducer, anomalies, anomaliesTotal } = stream;
  return (
    <>
      {missed === null ? null : (
        <output className="note st-notice">
          <span>
            There is no version {missed.asked}; this is the {missed.shown === stream.last ? 'last' : 'first'} one,{' '}
            {missed.shown}.
          </span>
        </output>
      )}
      {reducer === null || reducer.error === null ? null : (
        <div className="banner s-failed st-notice">
          <ShapeIcon shape="failed" on="failed-bg" />
          <p>
            <strong className="m">
              <code>{reducer.file}</code>{' '}
              {reducer.version === null ? 'cannot be used.' : `failed at version ${reducer.version}.`}
            </strong>{' '}
            <bdi className="st-why">{reducer.error.slice(0, 300)}</bdi> The payloads are merged in its place.
          </p>
        </div>
      )}
      {anomaliesTotal === 0 ? null : (
        <div className="banner s-attention st-notice">
          <ShapeIcon shape="attention" on="attention-bg" />
          <p>
            <strong className="m">
              {anomaliesTotal === 1
                ? 'Something is wrong with this stream:'
                : `${wholeWords(anomaliesTotal)} things are wrong with this stream:`}
            </strong>{' '}
            {anomalies.slice(0, NAMED).map((anomaly, place) => (
              <span key={`${anomaly.kind} ${anomaly.version}`}>
                {place === 0 ? '' : '; '}
                <UrlLink to={state.toVersion(anomaly.version)} className="link">
                  {anomalyWords(anomaly)}
                </UrlLink>
              </span>
            ))}
            {anomaliesTotal > NAMED ? `; and ${wholeWords(anomaliesTotal - NAMED)} more, marked in the list.` : '.'}
          </p>
        </div>
      )}
    </>
  );
}
