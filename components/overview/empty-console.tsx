import Link from 'next/link';
import { CopyButton } from '@/components/ui/copy';

const INSERT = 'INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)';
const TRY =
  "INSERT INTO saga_log (saga_id, step_name, status)\nVALUES ('7f3c9a1e-0b52-4f0e-9d61-5b2f6a41d8c7', 'reserve_inventory', 'PENDING');";
const DEMO = 'npm run demo';

/** An empty console: what would be here, and the three ways to the first row. */
export function EmptyConsole() {
  return (
    <div className="empty-console">
      <h2>No saga yet</h2>
      <p className="t2">
        Here is one line for each saga that your services run: where it stands, what failed, and what is still open. A
        saga appears within a second of its first row.
      </p>
      <Snippet title="From a service, in its own transaction" text={INSERT} what="the statement" />
      <Snippet title="By hand, to see the first one" text={TRY} what="the example" />
      <p className="t2">
        Logs of events from elsewhere (CSV, JSON Lines, CloudEvents, XES, OCEL) come in through{' '}
        <Link href="/settings/import">Import</Link>.
      </p>
      <Snippet title="Or start the demo shop, which orders and fails by itself" text={DEMO} what="the command" />
    </div>
  );
}

function Snippet({ title, text, what }: { title: string; text: string; what: string }) {
  return (
    <div className="snippet">
      <h3>{title}</h3>
      <div className="snippet-box">
        <pre className="mono">{text}</pre>
        <CopyButton text={text} label={`Copy ${what}`} className="btn sm">
          Copy
        </CopyButton>
      </div>
    </div>
  );
}
