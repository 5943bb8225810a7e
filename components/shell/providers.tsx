'use client';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { makeQueryClient } from '@/client/query-client';
import { LiveProvider } from './live-provider';

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <LiveProvider>{children}</LiveProvider>
    </QueryClientProvider>
  );
}
