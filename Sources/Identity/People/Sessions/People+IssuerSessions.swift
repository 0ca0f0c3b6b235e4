/// Sessions of people for whom an issuer vouches.
extension People {
  /// Ends, at once, the sessions that an issuer says are over.
  /// - Returns: how many there were.
  @discardableResult
  public func endSessions(of issuer: String, meaning logout: OpenIDLogout) async -> Int {
    await endSessions(reason: "signed out at \(issuer)") { who in
      guard who.source == .issuer(issuer),
        let session = who.issuerSession.flatMap(IssuerSession.init)
      else { return false }
      return logout.means(subject: session.subject, session: session.session)
    }
  }

  /// Ends the sessions of issuers that are none any more.
  public func endSessions(ofIssuersBut issuer: String?) async {
    await endSessions(reason: "its issuer is not configured any more") { who in
      if case .issuer(let name) = who.source { name != issuer } else { false }
    }
  }

  /// Puts on record that an issuer's word was not taken.
  public func noteRefused(by issuer: String, _ reason: String, from address: String?) async {
    var event = PeopleEvent(.refused, nil)
    event.issuer = issuer
    event.reason = reason
    event.address = address
    await note(event)
  }
}
