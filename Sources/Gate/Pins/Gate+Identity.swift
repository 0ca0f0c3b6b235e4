import Catalog
import Ledger
import MCP

/// Who answers for a server: one that was connected anew may be another, and is asked nothing
/// before that is known. Calls of tools wait for its list (`checkPin`), which is read after it.
extension Gate {
  /// What became of a request to a server that was connected anew.
  enum IdentityVerdict {
    /// It goes on, in the newest snapshot; what it is about may have gone.
    case call(Call)
    case ended(MCPResponse)
  }

  /// Whether it is known who answers for the server.
  func isIdentified(_ server: String, in call: Call) -> Bool {
    call.snapshot.catalog.server(server)?.isIdentified ?? true
  }

  @inline(never)
  func awaitIdentity(_ call: Call, about subject: Subject) async -> IdentityVerdict {
    if let call = await newer(call, subject.server, once: { $0?.isIdentified ?? true }) {
      return .call(call)
    }
    await refuse(
      call, .definitionChanged, code: nil,
      "the server was connected anew, and who it is could not be found out in time",
      about: subject)
    return .ended(deny(call, subject, .unidentified))
  }
}
