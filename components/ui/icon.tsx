import sprite from './sprite.svg';

export type IconName =
  | 'overview'
  | 'sagas'
  | 'incidents'
  | 'events'
  | 'machine'
  | 'wrench'
  | 'audit'
  | 'settings'
  | 'search'
  | 'chev-d'
  | 'chev-r'
  | 'chev-l'
  | 'chev-u'
  | 'x'
  | 'plus'
  | 'minus'
  | 'check'
  | 'copy'
  | 'ext'
  | 'lock'
  | 'retry'
  | 'undo'
  | 'skip'
  | 'more'
  | 'filter'
  | 'cols'
  | 'down'
  | 'clock'
  | 'user'
  | 'people'
  | 'play'
  | 'pause'
  | 'pin'
  | 'flow'
  | 'info'
  | 'eye'
  | 'book'
  | 'arr-l'
  | 'arr-r'
  | 'fit'
  | 'menu'
  | 'link'
  | 'flag'
  | 'layers'
  | 'tenant'
  | 'chat'
  | 'help'
  | 'bolt'
  | 'save'
  | 'case'
  | 'box'
  | 'card'
  | 'truck'
  | 'cart'
  | 'target'
  | 'sort'
  | 'theme';

const SIZE = { 12: 'i i-12', 14: 'i i-14', 16: 'i' } as const;

/** Address of a symbol in the sprite; its file is cached for good under a hashed name. */
export function spriteHref(symbol: string): string {
  return `${(sprite as { src: string }).src}#${symbol}`;
}

/** A line icon from the sprite. It never stands alone: a word or an aria-label is beside it. */
export function Icon({ name, size = 16, className = '' }: { name: IconName; size?: 12 | 14 | 16; className?: string }) {
  return (
    <svg className={`${SIZE[size]} ${className}`} aria-hidden="true">
      <use href={spriteHref(`i-${name}`)} />
    </svg>
  );
}
