'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { searchQueries } from '@/client/search';

const TYPING_MS = 120;

/** The answer to what is typed, asked once the typing rests. `settled`: it is the answer to this very text. */
export function useSearch(text: string) {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery(searchQueries.find(asked));
  const isSettled = asked.trim() === text.trim() && !query.isPlaceholderData && !query.isPending;
  return { query, isSettled };
}
