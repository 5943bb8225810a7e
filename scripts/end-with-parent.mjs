// Loaded into child processes: the channel to the parent closes when the parent ends, however it ends.
if (process.channel) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), 4_000).unref();
  });
  process.channel.unref();
}
