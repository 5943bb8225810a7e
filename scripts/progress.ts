/** Prints lines with the seconds since the process began. */
export function progress(): (line: string) => void {
  return (line) => console.log(`${process.uptime().toFixed(1).padStart(6)} s  ${line}`);
}
