/** The page's layout in grey bars, after 300 ms (by CSS). */
export function SagaSkeleton() {
  return (
    <output className="sd skeleton" aria-label="The saga is being read">
      <div className="sd-main">
        <div className="sd-head sd-sk">
          <div className="sk" style={{ width: 180 }} />
          <div className="sk" style={{ width: 320, height: 20 }} />
          <div className="sk" style={{ width: '70%' }} />
          <div className="sk" style={{ width: 420, height: 24 }} />
        </div>
        <div className="panel sd-sk-panel" style={{ height: 250 }}>
          <div className="panel-h">
            <div className="sk" style={{ width: 160 }} />
          </div>
        </div>
        <div className="panel sd-sk-panel" style={{ height: 320 }}>
          <div className="panel-h">
            <div className="sk" style={{ width: 160 }} />
          </div>
        </div>
      </div>
      <div className="rail sd-sk-rail">
        <div className="sk" style={{ width: '50%' }} />
        <div className="sk" style={{ width: '90%' }} />
        <div className="sk" style={{ width: '80%' }} />
      </div>
    </output>
  );
}
