'use client';
import { Button } from '@/components/ui/button';

/** Says how many rows wait while a list holds still, and lets them in. */
export function WaitingRows({ steady }: { steady: { waiting: number; resume: () => void } }) {
  if (steady.waiting === 0) return null;
  return (
    <div className="waiting">
      <Button small variant="ghost" icon="play" onClick={steady.resume}>
        Show {steady.waiting} new
      </Button>
      <span className="fs12 t2">The order holds still while you are in the list</span>
    </div>
  );
}
