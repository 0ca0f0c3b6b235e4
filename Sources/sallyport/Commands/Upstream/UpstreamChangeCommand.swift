import JSON

/// `sallyport upstream remove`, `enable`, `disable` and `restart`
struct UpstreamChangeCommand {
  enum Verb: String {
    case remove, enable, disable, restart

    var done: String {
      switch self {
      case .remove: "removed"
      case .enable: "enabled"
      case .disable: "disabled"
      case .restart: "restarted"
      }
    }
  }

  let verb: Verb
  let name: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    guard let path = UpstreamPath.of(name) else { return session.reportUnknownServer(name) }
    do {
      let client = AdminClient(directories)
      let answer =
        switch verb {
        case .remove: try client.request("DELETE", path)
        case .enable, .disable, .restart: try client.request("POST", "\(path)/\(verb.rawValue)")
        }
      for warning in answer.root[member: "warnings"]?.elements.compactMap(\.string) ?? [] {
        session.report("warning: \(warning)")
      }
    } catch {
      return session.report(error)
    }
    Output.write("\(session.output.styled("✓", .green)) \(verb.done) \(name)\n")
    return .success
  }
}

/// Where the admin API has one upstream.
enum UpstreamPath {
  /// Nil for what cannot be a name.
  static func of(_ name: String) -> String? {
    let isName = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isName && !name.isEmpty ? "/v1/upstreams/\(name)" : nil
  }
}

extension Session {
  /// Says that there is no such server; the exit code to end with.
  func reportUnknownServer(_ name: String) -> ExitCode {
    report("there is no server `\(name)`", hint: "`sallyport upstream list` shows those there are")
    return .failure
  }
}
