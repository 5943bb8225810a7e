'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef, type ReactNode } from 'react';
import { sessionQueries } from '@/client/session';
import { Icon } from '@/components/ui/icon';
import { SECTIONS, type Section } from './sections';

/** The head of the settings and the list of their sections. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <div className="settings-frame">
        <SectionList />
        <div className="settings-body">{children}</div>
      </div>
    </div>
  );
}

function SectionList() {
  const path = usePathname();
  const list = useRef<HTMLElement>(null);
  // On a narrow screen the list is one line that scrolls: the section that is open stands in sight.
  useEffect(() => {
    const here = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && here)
      list.current.scrollLeft = here.offsetLeft - (list.current.clientWidth - here.offsetWidth) / 2;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the path decides which one that is
  }, [path]);
  const permissions = useQuery(sessionQueries.me()).data?.permissions;
  const closed = ({ permission }: Section) => {
    const allowed = permission === undefined ? true : permissions?.[permission];
    return allowed === undefined || allowed === true ? null : allowed.who;
  };
  return (
    <nav className="settings-nav" aria-label="Settings" ref={list}>
      {SECTIONS.map((section) => {
        const href = `/settings/${section.name}` as const;
        const who = closed(section);
        return (
          <Link key={section.name} href={href} aria-current={path === href ? 'page' : undefined}>
            {section.label}
            {who === null ? null : (
              <span className="settings-lock" data-tip={`For ${who}`}>
                <Icon name="lock" size={12} />
                <span className="vh">, for {who} only</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
