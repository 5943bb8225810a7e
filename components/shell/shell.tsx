'use client';
import { useRouter } from 'next/navigation';
import { useRef, type ReactNode } from 'react';
import { useSearchDialog } from '@/components/search/omni';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import { TooltipLayer } from '@/components/ui/tooltip';
import { useOffline } from './live-indicator';
import { Brand } from './brand';
import { useShortcuts } from './shortcuts';
import { ShortcutsDialog } from './shortcuts-dialog';
import { MainNav } from './sidebar';
import { NoTenantRows } from './tenant-switch';
import { TopBar } from './top-bar';

/** The frame of every page: skip link, places, search, live indicator, main. */
export function Shell({ version, children }: { version: string; children: ReactNode }) {
  const router = useRouter();
  const search = useSearchDialog();
  const shortcuts = useRef<HTMLDialogElement>(null);
  const drawer = useRef<HTMLDialogElement>(null);
  const help = () => shortcuts.current?.showModal();
  useShortcuts({
    'mod+k': search.open,
    '/': search.open,
    '?': help,
    'g o': () => router.push('/'),
    'g s': () => router.push('/sagas'),
    'g e': () => router.push('/events'),
  });

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="app">
        <aside className="side">
          <Brand />
          <MainNav />
          <div className="side-foot">
            <button type="button" className="row" aria-label="Shortcuts" onClick={help}>
              <span>Shortcuts</span>
              <Kbd>?</Kbd>
            </button>
            <div className="row">
              <span>Sagascope</span>
              <span>v{version}</span>
            </div>
          </div>
        </aside>
        <TopBar search={search} onMenu={() => drawer.current?.showModal()} />
        <Main>{children}</Main>
      </div>
      <dialog ref={drawer} className="drawer" aria-label="Menu">
        <div className="drawer-h">
          <Brand />
          <Button variant="ghost" icon="x" label="Close menu" onClick={() => drawer.current?.close()} />
        </div>
        <MainNav label="Menu" onGo={() => drawer.current?.close()} />
      </dialog>
      <ShortcutsDialog ref={shortcuts} />
      <TooltipLayer />
    </>
  );
}

function Main({ children }: { children: ReactNode }) {
  const offline = useOffline();
  return (
    <main className="main" id="main" tabIndex={-1} data-offline={offline || undefined}>
      <NoTenantRows />
      {children}
    </main>
  );
}
