'use client';
import { useSyncExternalStore } from 'react';

const never = () => () => undefined;
const isApple = (): boolean => /Mac|iPhone|iPad|iPod/.test(navigator.platform);

/** A key as it is printed on this keyboard: `mod+K` is ⌘K on Apple's, Ctrl K elsewhere. */
export function Kbd({ children }: { children: string }) {
  const apple = useSyncExternalStore(never, isApple, () => false);
  return <kbd className="kbd">{children.replace('mod+', apple ? '⌘' : 'Ctrl ')}</kbd>;
}
