'use client';
import { useState, type ReactNode } from 'react';
import { Icon } from './icon';

type Copied = 'no' | 'yes' | 'refused';
const SAYS: Record<Copied, string> = { no: '', yes: 'Copied', refused: 'The browser refused to copy' };

/** Copies `text` whole. `children` are its words; without them it is an icon named `label`. */
export function CopyButton({
  text,
  label,
  className = '',
  children,
}: {
  text: string;
  label: string;
  className?: string;
  children?: ReactNode;
}) {
  const [copied, setCopied] = useState<Copied>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setCopied('refused');
    }
  };
  return (
    <button
      type="button"
      className={className === '' ? 'copy' : className}
      aria-label={children === undefined ? label : undefined}
      data-tip={copied === 'no' ? label : SAYS[copied]}
      onClick={() => void copy()}
      onBlur={() => setCopied('no')}
      onPointerLeave={() => setCopied('no')}
    >
      <Icon name={copied === 'yes' ? 'check' : 'copy'} size={children === undefined ? 12 : 14} />
      {children}
      <output className="vh">{SAYS[copied]}</output>
    </button>
  );
}
