// Loaded into child processes: the channel to the parent closes when the parent ends, however it ends.
// A child's own workers load it too, with a channel that is theirs and has to stay as it is.
if (process.channel && process.env.SAGASCOPE_PARENT === String(process.ppid)) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), 4_000).unref();
  });
  process.channel.unref();
}
