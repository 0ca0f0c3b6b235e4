import Configuration
import Testing

@Suite("People")
struct PeopleTests {
  private func people(_ yaml: String) throws -> Configuration.People {
    try read("people: \(yaml)").configuration.people
  }

  @Test func `sessions last half an hour without use and twelve in all, unless told otherwise`()
    throws
  {
    let standard = try people("{}")
    #expect(standard.url == nil)
    #expect(standard.sessionIdle == 1800)
    #expect(standard.sessionAbsolute == 43_200)
    let other = try people(
      "{url: \"https://Gate.example:8443\", session: {idle: 5m, absolute: 1h}}")
    #expect(other.url == "https://gate.example:8443")
    #expect(other.sessionIdle == 300)
    #expect(other.sessionAbsolute == 3600)
  }

  @Test(
    arguments: [
      "https://gate.example/console", "gate.example", "http://gate.example", "https://",
      "https://user@gate.example", "ftp://gate.example",
    ])
  func `people come over TLS to a host`(url: String) {
    #expect(errors("people: {url: \"\(url)\"}").map(\.path) == ["people.url"])
  }

  @Test func `a session does not last longer without use than in all`() {
    #expect(
      errors("people: {session: {idle: 2h, absolute: 1h}}").map(\.path) == ["people.session"])
    #expect(errors("people: {session: {idle: 1s}}").map(\.path) == ["people.session.idle"])
  }
}
