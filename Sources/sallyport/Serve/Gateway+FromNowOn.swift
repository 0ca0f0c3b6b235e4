import Admin
import Approvals
import Gate
import Identity
import Ledger
import Orders
import Reactor

/// «Allow this from now on», at the command line and the console.
extension Gateway {
  func offer(
    _ lifetimes: [Int64], like approval: Approval, by person: Person, because reason: String?
  ) async -> Result<GrantOffer, GrantRefusal> {
    home.preconditionCurrent()
    var drafts: [GrantDraft] = []
    var objection: String?
    for lifetime in lifetimes.sorted() {
      switch draft(lifetime, like: approval, by: person, because: reason) {
      case .success(let draft):
        let found = lanes[0].gate.objection(to: .grant(draft, fromNowOn: true), by: person)
        if let found { objection = found } else { drafts.append(draft) }
      case .failure(let refusal): return .failure(refusal)
      }
    }
    guard let first = drafts.first else {
      return .failure(GrantRefusal(.denied, objection ?? "there is no time to choose"))
    }
    do throws(OrderError) {
      let grant = try await grant(first, isDryRun: true, by: Self.actor(person))
      return .success(GrantOffer(grant, for: drafts.map(\.lifetime)))
    } catch {
      return .failure(GrantRefusal(.impossible, "\(error)"))
    }
  }

  func grantFromNowOn(
    _ lifetime: Int64, like approval: Approval, by person: Person, because reason: String?
  ) async -> Result<Grant, GrantRefusal> {
    home.preconditionCurrent()
    let draft: GrantDraft
    switch self.draft(lifetime, like: approval, by: person, because: reason) {
    case .success(let made): draft = made
    case .failure(let refusal): return .failure(refusal)
    }
    let gate = lanes[0].gate
    if let objection = await gate.recordedObjection(
      to: .grant(draft, fromNowOn: true), by: person)
    {
      return .failure(GrantRefusal(.denied, objection))
    }
    do throws(OrderError) {
      return .success(try await grant(draft, isDryRun: false, by: Self.actor(person)))
    } catch {
      return .failure(GrantRefusal(.impossible, "\(error)"))
    }
  }

  /// What the console needs of it.
  var fromNowOnDesk: FromNowOnDesk {
    FromNowOnDesk(
      offer: { [home, weak self] lifetimes, approval, person, reason in
        await home.run {
          await self?.offer(lifetimes, like: approval, by: person, because: reason)
        } ?? .failure(Self.stopping)
      },
      give: { [home, weak self] lifetime, approval, person, reason in
        await home.run {
          await self?.grantFromNowOn(lifetime, like: approval, by: person, because: reason)
        } ?? .failure(Self.stopping)
      },
      grant: { [orders] id in try? orders.grants.grant(id) })
  }

  private static let stopping = GrantRefusal(.impossible, "the gateway is stopping")

  private func draft(
    _ lifetime: Int64, like approval: Approval, by person: Person, because reason: String?
  ) -> Result<GrantDraft, GrantRefusal> {
    guard approval.isVisible(to: person) else {
      return .failure(GrantRefusal(.denied, "the call is another tenant's"))
    }
    guard !approval.isRequested(by: person) else {
      return .failure(GrantRefusal(.denied, "whom the agent acts for grants it nothing"))
    }
    do throws(Gate.OpenArguments) {
      return .success(
        try lanes[0].gate.grant(like: approval, for: lifetime, by: person, because: reason))
    } catch {
      return .failure(
        GrantRefusal(
          .impossible,
          error.names.isEmpty
            ? "the arguments of the call are not there any more"
            : "no condition binds \(error.names.joined(separator: ", ")) by value; give a grant "
              + "that says what you mean: `sallyport grant`"))
    }
  }

  private static func actor(_ person: Person) -> LedgerActor {
    LedgerActor(user: person.name, via: .person)
  }
}

extension EventLoop {
  /// Runs something that waits on this loop. Any thread.
  fileprivate func run<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
    await withUnsafeContinuation { done in
      spawn { done.resume(returning: await body()) }
    }
  }
}
