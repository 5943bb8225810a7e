'use client';
import { useId, type ButtonHTMLAttributes, type MouseEvent, type ReactNode, type Ref } from 'react';
import { Icon, type IconName } from './icon';
import { Kbd } from './kbd';

const VARIANT = { default: '', primary: 'pri', ghost: 'ghost', danger: 'danger' } as const;

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  variant?: keyof typeof VARIANT;
  small?: boolean;
  icon?: IconName;
  /** Drawn after the words. */
  iconAfter?: IconName;
  /** The key that does the same. */
  shortcut?: string;
  /** Turns the button off and says why: on hover, on focus, and to a screen reader. It stays focusable. */
  disabledReason?: string | null;
  /** The name of a button without words; `children` is left out then. */
  label?: string;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A button is verb and object. A disabled one is never mute: it is off by `aria-disabled` and says its reason. */
export function Button({
  variant = 'default',
  small = false,
  icon,
  iconAfter,
  shortcut,
  disabledReason = null,
  label,
  className = '',
  onClick,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const off = disabledReason !== null && disabledReason !== undefined;
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) event.preventDefault();
    else onClick?.(event);
  };
  const iconOnly = children === undefined || children === null;
  return (
    <button
      {...rest}
      type={type === 'submit' && !off ? 'submit' : 'button'}
      className={`btn ${VARIANT[variant]} ${small ? 'sm' : ''} ${iconOnly ? 'icon' : ''} ${className}`}
      aria-disabled={off || undefined}
      aria-describedby={off ? reasonId : rest['aria-describedby']}
      aria-label={iconOnly ? label : rest['aria-label']}
      data-tip={
        off ? disabledReason : ((rest as { 'data-tip'?: string })['data-tip'] ?? (iconOnly ? label : undefined))
      }
      onClick={click}
    >
      {icon ? <Icon name={icon} size={small ? 14 : 16} /> : null}
      {children}
      {iconAfter ? <Icon name={iconAfter} size={small ? 14 : 16} /> : null}
      {shortcut ? <Kbd>{shortcut}</Kbd> : null}
      {off ? (
        <span className="vh" id={reasonId}>
          {disabledReason}
        </span>
      ) : null}
    </button>
  );
}
