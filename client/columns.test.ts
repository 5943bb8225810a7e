import { describe, expect, it } from 'vitest';
import { EVENT_COLUMNS } from './event-columns';
import { SAGA_COLUMNS } from './saga-columns';

const { of: sagaColumnsOf, change: withColumn } = SAGA_COLUMNS;

describe('columns in the address', () => {
  it('are the usual ones where none are named', () => {
    expect(sagaColumnsOf(new URLSearchParams())).toEqual(['type', 'step', 'error', 'age', 'duration', 'updated']);
    expect(sagaColumnsOf(new URLSearchParams('cols=updated,nonsense,type'))).toEqual(['type', 'updated']);
  });

  it('come and go, and the usual ones leave no trace', () => {
    const usual = new URLSearchParams('status=FAILED');
    const wider = withColumn(usual, 'tenant', true);
    expect(sagaColumnsOf(wider)).toContain('tenant');
    expect(withColumn(wider, 'tenant', false).toString()).toBe('status=FAILED');
    const none = sagaColumnsOf(usual).reduce((params, column) => withColumn(params, column, false), usual);
    expect(sagaColumnsOf(none)).toEqual([]);
    expect(sagaColumnsOf(withColumn(none, 'age', true))).toEqual(['age']);
  });

  it('keep their order, whatever the address says', () => {
    expect(EVENT_COLUMNS.of(new URLSearchParams('cols=payload,saga'))).toEqual(['saga', 'payload']);
  });
});
