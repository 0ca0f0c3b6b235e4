import Audit
import Export
import HTTP

/// What `audit export` was asked for.
struct AuditExportOptions: Sendable, Equatable {
  /// Where the records go.
  enum Target: Sendable, Equatable {
    case standardOutput
    case file(String)
    case webhook(HTTPURL)
    case syslog(SyslogAddress)
  }

  /// Where a secret stands, so that it is on no command line.
  enum SecretPlace: Sendable, Equatable {
    case environment(String)
    case file(String)

    /// Reads `env:NAME` or `file:PATH`.
    init?(_ text: String) {
      if text.hasPrefix("env:"), text.utf8.count > 4 {
        self = .environment(String(text.dropFirst(4)))
      } else if text.hasPrefix("file:"), text.utf8.count > 5 {
        self = .file(String(text.dropFirst(5)))
      } else {
        return nil
      }
    }
  }

  var format = ExportFormat.jsonl
  var target = Target.standardOutput
  var position: String?
  var from: UInt64?
  var since: AuditTime?
  var until: AuditTime?
  var kinds: [String] = []
  var isFollowing = false
  var limits = BatchLimits()
  var giveUpAfter: Duration?
  var token: SecretPlace?
  var signingKey: SecretPlace?
  var certificateAuthorities: String?
  var source: String?
}

extension AuditExportOptions.Target {
  /// As positions and summaries name it. The query of a URL may hold a secret.
  var name: String {
    switch self {
    case .standardOutput: "standard output"
    case .file(let path): path
    case .webhook(let url):
      "\(url.scheme.rawValue)://\(url.authority)\(url.pathAndQuery.prefix { $0 != "?" })"
    case .syslog(let address): address.description
    }
  }
}
