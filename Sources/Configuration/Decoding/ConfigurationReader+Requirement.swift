extension ConfigurationReader {
  static let clientCertificatesExpected =
    "`tls: {client_certificates: FILE}`, the authorities of clients' certificates"

  /// The key `require` of the root or of a profile.
  func requirement(_ field: Field, asksClients: Bool) -> Configuration.Requirement {
    var requirement = Configuration.Requirement()
    guard var section = field.section() else { return requirement }
    requirement.human = section.take("human")?.bool() ?? false
    let proof = section.take("proof")
    requirement.proof = proof?.choice(of: Configuration.Requirement.Proof.self)
    if requirement.proof == .mtls, !asksClients {
      proof?.fail(
        "clients are asked for no certificates", expected: Self.clientCertificatesExpected)
    }
    if let authentication = section.take("authentication") {
      requirement.authentication = self.authentication(authentication)
    }
    section.finish()
    return requirement
  }

  private func authentication(_ field: Field) -> Configuration.Requirement.Authentication {
    var asked = Configuration.Requirement.Authentication()
    guard var section = field.section() else { return asked }
    asked.maxAge = section.take("max_age")?.duration(in: 1_000...31 * 86_400_000)
    asked.contexts =
      section.take("acr").map { oneOrMore($0, expected: "what tokens have in `acr`") } ?? []
    asked.methods =
      section.take("amr").map { oneOrMore($0, expected: "what tokens have in `amr`") } ?? []
    section.finish()
    return asked
  }
}
