'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { sagaQueries } from '@/client/sagas';
import { ShapeIcon } from '@/components/saga/status';
import { Icon, type IconName } from '@/components/ui/icon';
import { countWords } from '@/components/ui/number-words';

interface Place {
  href: '/' | '/sagas' | '/events' | '/settings';
  label: string;
  icon: IconName;
  /** Starts a group of its own. */
  apart?: boolean;
}

const PLACES: Place[] = [
  { href: '/', label: 'Overview', icon: 'overview' },
  { href: '/sagas', label: 'Sagas', icon: 'sagas' },
  { href: '/events', label: 'Events', icon: 'events', apart: true },
  { href: '/settings', label: 'Settings', icon: 'settings', apart: true },
];

/** The places of the console, with the number of sagas that need a person. */
export function MainNav({ label = 'Main', onGo }: { label?: string; onGo?: () => void }) {
  const path = usePathname();
  const attention = useQuery(sagaQueries.count({ attention: ['any'] })).data;
  return (
    <nav className="nav" aria-label={label}>
      {PLACES.map((place) => {
        const here = place.href === '/' ? path === '/' : path.startsWith(place.href);
        const count = place.href === '/sagas' && attention !== undefined && attention.value > 0 ? attention : null;
        return (
          <span key={place.href} className="nav-item">
            {place.apart ? <span className="nav-sep" /> : null}
            <Link href={place.href} aria-current={here ? 'page' : undefined} title={place.label} onClick={onGo}>
              <Icon name={place.icon} />
              <span className="lb">{place.label}</span>
              {count === null ? null : (
                <span className="cnt att">
                  <ShapeIcon shape="attention" size={12} on="chrome" />
                  {countWords(count)}
                  <span className="vh"> need attention</span>
                </span>
              )}
            </Link>
          </span>
        );
      })}
    </nav>
  );
}
