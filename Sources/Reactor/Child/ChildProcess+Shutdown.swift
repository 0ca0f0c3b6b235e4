import Glibc

extension ChildProcess {
  /// Ends the child and its tree in stages: closes its standard input and waits `grace`; sends TERM
  /// to what still runs and waits `killAfter`; sends KILL. Each wait ends as soon as all have
  /// ended. Returns how the child ended.
  ///
  /// The tree is the session of the child and all its descendants that could be found in /proc
  /// before each stage, also those that left the session. Cancelling the task does not end the
  /// stages.
  public func shutdown(grace: Duration, then killAfter: Duration) async -> ExitStatus {
    if isReaped, let exitStatus { return exitStatus }
    beginShutdown()
    closeStandardInput()
    var tree = await findTree()
    if await !haveEnded(tree, within: grace) {
      tree.formUnion(await findTree())
      signal(SIGTERM)
      for member in tree where member.group != pid { member.signal(SIGTERM) }
      if await !haveEnded(tree, within: killAfter) { tree.formUnion(await findTree()) }
    }
    signal(SIGKILL)
    for member in tree where member.pid != pid { member.signal(SIGKILL) }
    let status = await waitForExit()
    endShutdown()
    return status
  }

  /// The processes of the child's tree, itself included. Reads /proc on a thread of its own: with
  /// many processes that takes milliseconds.
  private func findTree() async -> Set<ProcessEntry> {
    let pid = self.pid
    return await withUnsafeContinuation { continuation in
      do throws(ReactorError) {
        _ = try Thread(name: "process tree", detached: true) {
          let tree = ProcessEntry.tree(of: pid, in: ProcessEntry.readAll())
          continuation.resume(returning: tree)
        }
      } catch {
        // No thread left: the process group is signalled all the same.
        continuation.resume(returning: [])
      }
    }
  }

  /// Waits until the child and what else is in `tree` have ended; false when they have not `limit`
  /// later.
  private func haveEnded(_ tree: Set<ProcessEntry>, within limit: Duration) async -> Bool {
    let deadline = loop.now + limit
    guard await waitForExit(for: limit) != nil else { return false }
    // The rest are no children of this process, so their end has to be looked for.
    var pause = Duration.milliseconds(1)
    while tree.contains(where: { $0.pid != pid && $0.isRunning }) {
      guard loop.now < deadline else { return false }
      await withUnsafeContinuation { continuation in
        loop.schedule(at: min(deadline, loop.now + pause)) { continuation.resume() }
      }
      pause = min(pause * 2, .milliseconds(50))
    }
    return true
  }
}
