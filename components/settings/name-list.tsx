'use client';
import { useId, useState, type KeyboardEvent } from 'react';
import { Icon } from '@/components/ui/icon';

/** Names to choose or to type: Enter adds one, and leaving the field does too. None is all of them (null). */
export function NameList({
  label,
  all,
  values,
  known,
  onChange,
}: {
  label: string;
  /** What none means: `all tenants`. */
  all: string;
  values: readonly string[] | null;
  /** Offered while typing. */
  known: readonly string[];
  onChange: (values: string[] | null) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const chosen = values ?? [];
  const add = () => {
    const name = typed.trim();
    setTyped('');
    if (name !== '' && !chosen.includes(name)) onChange([...chosen, name]);
  };
  const remove = (name: string) => {
    const left = chosen.filter((one) => one !== name);
    onChange(left.length === 0 ? null : left);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.metaKey || event.ctrlKey || typed.trim() === '') return;
    event.preventDefault();
    add();
  };
  return (
    <div className="name-list">
      <label htmlFor={id}>{label}</label>
      <div className="name-list-in">
        {chosen.map((name) => (
          <span key={name} className="chip">
            <span className="v">{name}</span>
            <button
              type="button"
              className="x"
              aria-label={`Remove ${name} from ${label.toLowerCase()}`}
              onClick={() => remove(name)}
            >
              <Icon name="x" size={12} />
            </button>
          </span>
        ))}
        <input
          id={id}
          className="input"
          list={`${id}-known`}
          aria-describedby={`${id}-all`}
          placeholder={chosen.length === 0 ? all : 'and…'}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={key}
          onBlur={add}
        />
        <span className="vh" id={`${id}-all`}>
          Enter adds a name; none is {all}
        </span>
        <datalist id={`${id}-known`}>
          {known
            .filter((name) => !chosen.includes(name))
            .slice(0, 200)
            .map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </datalist>
      </div>
    </div>
  );
}
