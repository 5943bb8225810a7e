import { describe, expect, it } from 'vitest';
import { delimiterOf, headerNames, objectTypesOf, usualColumn } from './columns';
import { formatOf, promisedFormat } from './format';

describe('the format of a log', () => {
  it.each([
    ['case,activity\n', 'csv'],
    ['  [{"a": 1}]', 'json'],
    ['\uFEFF{"specversion": "1.0"}', 'json'],
    ['{"events": [1]}', 'ocel'],
    ['{"objectTypes": [], "eventTypes": []}', 'ocel'],
    ['<?xml version="1.0"?><log>', 'xes'],
  ] as const)('of %j is %s', (head, format) => {
    expect(formatOf(head)).toBe(format);
  });

  it.each([
    ['Log.CSV.gz', 'csv'],
    ['log.ndjson', 'json'],
    ['log.jsonocel', 'ocel'],
    ['log.xes.GZ', 'xes'],
    ['log', null],
    ['csv', null],
  ] as const)('that %s promises is %s', (file, format) => {
    expect(promisedFormat(file)).toBe(format);
  });
});

describe('the columns of a log', () => {
  it('are the names of the header line, quoted or not', () => {
    expect(headerNames('\uFEFFcase,activity\r\nx,y')).toEqual(['case', 'activity']);
    expect(headerNames('"a;b";c;"say ""so"""')).toEqual(['a;b', 'c', 'say "so"']);
    expect(headerNames('a||b', '||')).toEqual(['a', 'b']);
    expect(delimiterOf('a\tb\tc,d')).toBe('\t');
  });

  it('are found by their usual names, best first', () => {
    expect(usualColumn(['case', 'Case:Concept:Name '], 'case')).toBe('Case:Concept:Name ');
    expect(usualColumn(['x'], 'time')).toBeNull();
    expect(objectTypesOf(['ocel:eid', 'ocel:type:order'])).toEqual(['order']);
  });
});
