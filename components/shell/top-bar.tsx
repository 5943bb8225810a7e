'use client';
import Link from 'next/link';
import { Omni, type SearchHandle } from '@/components/search/omni';
import { Icon } from '@/components/ui/icon';
import { LiveIndicator } from './live-indicator';
import { TenantSwitch } from './tenant-switch';
import { isDark, setTheme, useTheme } from './use-theme';
import { UserMenu } from './user-menu';

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

export function TopBar({ search, onMenu }: { search: SearchHandle; onMenu: () => void }) {
  return (
    <header className="top">
      <button type="button" className="top-item menu-btn" aria-label="Menu" onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <Link className="top-brand" href="/">
        Sagascope
      </Link>
      <Omni {...search} />
      <div className="top-r">
        <LiveIndicator />
        <span className="top-div" />
        <TenantSwitch />
        <span className="top-div" />
        <ThemeSwitch />
        <span className="top-div" />
        <UserMenu />
      </div>
    </header>
  );
}
