'use client';

/** A choice of one in few, as pressed buttons. */
export function Segmented<V extends string>({
  label,
  options,
  value,
  onChange,
  small = true,
}: {
  label: string;
  options: readonly { value: V; label: string; count?: number }[];
  value: V;
  onChange: (value: V) => void;
  small?: boolean;
}) {
  return (
    <fieldset className={small ? 'seg sm' : 'seg'} aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count === undefined ? null : <span className="t3">{option.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
