import Glibc

extension ChildProcess {
  /// Ends the child in stages: closes its standard input and waits `grace`; sends TERM to its tree
  /// and waits `killAfter`; sends KILL to its tree. Returns how the child ended.
  ///
  /// The tree is the session of the child and all its descendants that could be found in /proc
  /// before each stage, also those that left the session. What of it outlives the child is killed.
  /// Cancelling the task does not end the stages.
  public func shutdown(grace: Duration, then killAfter: Duration) async -> ExitStatus {
    closeStandardInput()
    var tree = await findTree()
    var status = await waitForExit(for: grace)
    if status == nil {
      tree.formUnion(await findTree())
      signal(SIGTERM)
      for member in tree where member.group != pid { member.signal(SIGTERM) }
      status = await waitForExit(for: killAfter)
    }
    if status == nil {
      tree.formUnion(await findTree())
      signal(SIGKILL)
    }
    for member in tree where member.pid != pid { member.signal(SIGKILL) }
    if let status { return status }
    return await waitForExit()
  }

  /// The processes of the child's tree, itself included. Reads /proc on a thread of its own: with
  /// many processes that takes milliseconds.
  private func findTree() async -> Set<ProcessEntry> {
    guard exitStatus == nil else { return [] }
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
}
