import Glibc
import JSON

/// `sallyport upstream logs`
struct UpstreamLogsCommand {
  /// How long to wait before looking for new lines.
  private static let interval: UInt32 = 500_000

  let name: String
  let follow: Bool
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    guard let path = UpstreamPath.of(name) else { return session.reportUnknownServer(name) }
    let client = AdminClient(directories)
    var after: Int64 = 0
    repeat {
      do {
        let answer = try client.request("GET", "\(path)/logs?after=\(after)").root
        for line in answer[member: "lines"].map({ Array($0.elements) }) ?? [] { show(line) }
        after = answer[member: "next"]?.int64 ?? after
      } catch {
        return session.report(error)
      }
      if follow { usleep(Self.interval) }
    } while follow
    return .success
  }

  private func show(_ line: JSONNode) {
    if common.json { return Output.write(line.description + "\n") }
    func text(_ member: String) -> String { printable(line[member: member]?.string ?? "") }
    let isOurs = line[member: "source"]?.equals("gateway") == true
    Output.write(
      session.output.styled(text("time"), .dim) + "  "
        + (isOurs ? session.output.styled("– " + text("text"), .cyan) : text("text")) + "\n")
  }
}
