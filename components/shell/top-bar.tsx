'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useRef, type FormEvent, type Ref } from 'react';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { LiveIndicator } from './live-indicator';
import { TenantSwitch } from './tenant-switch';
import { isDark, setTheme, useTheme } from './use-theme';
import { UserMenu } from './user-menu';

/** Takes any id that a saga is known by and opens the list that it finds. */
function Omni({ ref }: { ref: Ref<HTMLInputElement> }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('q');
    const q = typeof text === 'string' ? text.trim() : '';
    if (q === '') return;
    router.push(`/sagas?q=${encodeURIComponent(q)}`);
    form.current?.reset();
    // J, K and ↵ are for the list now.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  return (
    <search className="omni" aria-label="Any id">
      <form ref={form} onSubmit={submit}>
        <Icon name="search" />
        <input
          ref={ref}
          name="q"
          type="search"
          aria-label="Search any id"
          placeholder="Paste any id: order, saga, correlation, trace…"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <Kbd>⌘K</Kbd>
      </form>
    </search>
  );
}

function ThemeSwitch() {
  useTheme();
  return (
    <button
      type="button"
      className="top-item"
      aria-label="Switch between light and dark"
      data-tip="Light or dark"
      onClick={() => setTheme(isDark() ? 'light' : 'dark')}
    >
      <Icon name="theme" />
    </button>
  );
}

export function TopBar({ omni, onMenu }: { omni: Ref<HTMLInputElement>; onMenu: () => void }) {
  return (
    <header className="top">
      <button type="button" className="top-item menu-btn" aria-label="Menu" onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <Link className="top-brand" href="/">
        Sagascope
      </Link>
      <Omni ref={omni} />
      <div className="top-r">
        <TenantSwitch />
        <LiveIndicator />
        <span className="top-div" />
        <ThemeSwitch />
        <span className="top-div" />
        <UserMenu />
      </div>
    </header>
  );
}
