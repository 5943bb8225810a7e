/** The page's layout in grey bars, after 300 ms (by CSS). */
export function FlowSkeleton() {
  return (
    <output className="ef skeleton" aria-label="The event flow is being read">
      <div className="ef-main">
        <div className="ef-head sd-sk">
          <div className="sk" style={{ width: 180 }} />
          <div className="sk" style={{ width: 320, height: 20 }} />
          <div className="sk" style={{ width: '70%' }} />
        </div>
        <div className="ef-bar">
          <div className="sk" style={{ width: 240 }} />
        </div>
        <div className="ef-sk">
          <div className="sk" style={{ width: '40%', height: 40 }} />
          <div className="sk" style={{ width: '60%', height: 40 }} />
          <div className="sk" style={{ width: '50%', height: 40 }} />
        </div>
      </div>
    </output>
  );
}
