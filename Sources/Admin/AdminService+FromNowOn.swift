import Approvals
import Gate
import Identity
import JSON
import Orders

/// «Allow this from now on»: an answer that gives a grant besides.
extension AdminService {
  /// Whether an answer can give a grant besides, before the answer is taken.
  /// - Returns: nil when it can.
  func refusal(
    _ lifetime: Int64, _ id: String, _ person: Person, _ verdict: Answer.Verdict,
    _ desk: ApprovalDesk
  ) async -> (status: Int, reason: String)? {
    guard verdict == .approve else { return (400, "only a yes can hold from now on") }
    guard let orders else { return (404, "this gateway takes no orders") }
    guard let approval = try? desk.book.approval(id), approval.isVisible(to: person) else {
      return (404, "there is no such approval")
    }
    switch await orders.offer([lifetime], like: approval, by: person, because: nil) {
    case .success: return nil
    case .failure(let refusal):
      return (refusal.kind == .denied ? 403 : 409, refusal.reason)
    }
  }

  /// Gives the grant, once the answer counts.
  /// - Parameter view: what is known of the approval.
  /// - Returns: the same, with the grant or why there is none.
  func give(
    _ lifetime: Int64, like approval: Approval, by person: Person, with view: [UInt8]
  ) async -> [UInt8] {
    guard let orders, let root = try? JSONDocument(parsing: view).root else { return view }
    var writer = JSONWriter(reservingCapacity: view.count + 1024)
    writer.beginObject()
    for (name, value) in root.members {
      writer.name(name)
      writer.raw(value.raw)
    }
    switch await orders.grantFromNowOn(lifetime, like: approval, by: person, because: nil) {
    case .success(let grant):
      writer.name("grant")
      write(grant, to: &writer)
    case .failure(let refusal):
      writer.name("grantProblem")
      writer.string(refusal.reason)
    }
    writer.endObject()
    return writer.bytes
  }
}
