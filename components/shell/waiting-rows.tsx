'use client';
import { Button } from '@/components/ui/button';
import { countWords } from '@/components/ui/number-words';
import { useLiveLists } from './live-provider';

/** Lets in the rows that wait while a list holds still. It stands in a head that has room for it: no row moves for it. */
export function WaitingRows() {
  const { waiting, show } = useLiveLists();
  if (waiting.value === 0) return null;
  return (
    <Button
      small
      variant="ghost"
      className="waiting"
      icon="play"
      data-tip="The rows hold still while you are in the list"
      onClick={show}
    >
      Show {countWords(waiting)} new
    </Button>
  );
}
