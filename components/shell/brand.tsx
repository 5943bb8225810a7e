/** The console's mark and name. */
export function Brand() {
  return (
    <div className="brand">
      <svg
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M3 5.5h9.2a4.25 4.25 0 0 1 0 8.5H9.5" />
        <circle cx="4.6" cy="14" r="2.3" fill="currentColor" stroke="none" />
      </svg>
      <span className="lb">Sagascope</span>
    </div>
  );
}
