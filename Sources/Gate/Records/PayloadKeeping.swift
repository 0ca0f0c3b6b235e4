import Configuration
import JSON
import Ledger
import MCP

/// What the ledger keeps of arguments, results and prompts.
struct PayloadKeeping: Sendable {
  let arguments: LedgerPayload.Keeping
  let results: LedgerPayload.Keeping
  let prompts: LedgerPayload.Keeping

  init(_ audit: Configuration.Audit) {
    arguments = LedgerPayload.Keeping(audit.arguments)
    results = LedgerPayload.Keeping(audit.results)
    prompts = LedgerPayload.Keeping(audit.prompts)
  }

  func arguments(_ node: JSONNode) -> LedgerPayload { payload(node.raw, arguments) }

  func result(_ node: JSONNode) -> LedgerPayload { payload(node.raw, results) }

  /// What a client says of why it calls, from `_meta` (SEP-2817, and keys of our own); nil when it
  /// says nothing.
  func claims(_ meta: JSONNode?) -> LedgerClaims? {
    guard let meta else { return nil }
    var claims = LedgerClaims(run: meta[member: MetaKey.run]?.string)
    if let invocation = meta[member: MetaKey.aiInvocation], invocation.kind == .object {
      claims.prompt = payload(invocation.raw, prompts)
      claims.model = invocation[member: "model"]?.string
      claims.turn = invocation[member: "turnId"]?.string
    }
    if let skill = meta[member: MetaKey.skill], skill.kind == .object {
      claims.skill = LedgerSkill(
        name: skill[member: "name"]?.string, version: skill[member: "version"]?.string,
        digest: skill[member: "digest"]?.string)
    }
    return claims
  }

  private func payload(
    _ content: ArraySlice<UInt8>, _ keeping: LedgerPayload.Keeping
  ) -> LedgerPayload {
    keeping == .none
      ? LedgerPayload(bytes: content.count) : LedgerPayload(content: content, keeping: keeping)
  }
}

extension LedgerPayload.Keeping {
  fileprivate init(_ keeping: Configuration.Audit.Keeping) {
    switch keeping {
    case .full: self = .full
    case .redacted: self = .redacted
    case .metadata: self = .metadata
    case .nothing: self = .none
    }
  }
}
