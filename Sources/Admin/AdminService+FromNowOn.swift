import Approvals
import Gate
import Identity
import JSON
import Ledger
import Orders

/// «Allow this from now on»: an answer that gives a grant besides.
extension AdminService {
  /// A grant that is checked and not given yet.
  struct GrantOrder {
    let draft: GrantDraft
    let actor: LedgerActor
    let desk: any OrderDesk
  }

  /// Why there is none, for a person.
  struct GrantRefusal: Error {
    let status: Int
    let reason: String
  }

  /// What an answer is to give besides, checked before the answer is taken.
  func order(
    _ lifetime: Int64, _ id: String, _ person: Person, _ verdict: Answer.Verdict,
    _ desk: ApprovalDesk
  ) async -> Result<GrantOrder, GrantRefusal> {
    func refused(_ status: Int, _ reason: String) -> Result<GrantOrder, GrantRefusal> {
      .failure(GrantRefusal(status: status, reason: reason))
    }
    guard verdict == .approve else { return refused(400, "only a yes can hold from now on") }
    guard let orders else { return refused(404, "this gateway takes no orders") }
    guard let approval = try? desk.book.approval(id) else {
      return refused(404, "there is no such approval")
    }
    guard approval.terms.human?.lowercased() != person.name.lowercased() else {
      return refused(403, "whom the agent acts for grants it nothing")
    }
    do {
      let order = GrantOrder(
        draft: try gate.grant(like: approval, for: lifetime),
        actor: LedgerActor(user: person.name, via: .admin), desk: orders)
      _ = try await orders.grant(order.draft, isDryRun: true, by: order.actor)
      return .success(order)
    } catch let error as Gate.OpenArguments {
      return refused(
        409,
        error.names.isEmpty
          ? "the arguments of the call are not there any more"
          : "no condition binds \(error.names.joined(separator: ", ")) by value; give a grant that "
            + "says what you mean: `sallyport grant`")
    } catch {
      return refused(409, "\(error)")
    }
  }

  /// Gives the grant, once the answer counts.
  /// - Returns: what is known of the approval, with the grant or why there is none.
  func give(_ order: GrantOrder, with view: [UInt8]) async -> [UInt8] {
    guard let root = try? JSONDocument(parsing: view).root else { return view }
    var writer = JSONWriter(reservingCapacity: view.count + 1024)
    writer.beginObject()
    for (name, value) in root.members {
      writer.name(name)
      writer.raw(value.raw)
    }
    do {
      let grant = try await order.desk.grant(order.draft, isDryRun: false, by: order.actor)
      writer.name("grant")
      write(grant, to: &writer)
    } catch {
      writer.name("grantProblem")
      writer.string("\(error)")
    }
    writer.endObject()
    return writer.bytes
  }
}
