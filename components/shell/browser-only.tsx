'use client';
import type { ReactNode } from 'react';
import { useInBrowser } from '@/components/ui/clock';

/**
 * Draws its children in the browser alone. A first load is one document that carries the data as JSON: drawing a long
 * table on the server as well costs ten times the time of the answer, and its times would be in the server's zone.
 */
export function BrowserOnly({ children, fallback = null }: { children: ReactNode; fallback?: ReactNode }) {
  return useInBrowser() ? children : fallback;
}
