import Testing

@testable import Cedar

@Suite("level validation")
struct LevelValidationTests {
  @Test(
    "a condition needs a level: the number of entities that are followed one from the other",
    arguments: [
      ("context.n == 1", 0), ("principal == User::\"a\"", 0), ("principal is User", 0),
      ("action == Action::\"read\"", 0), ("context.r has z", 0),
      ("principal.t", 1), ("principal has age", 1), (#"principal in Group::"x""#, 1),
      (#"principal is User in Group::"x""#, 1), (#"principal.hasTag("a")"#, 1),
      ("principal.boss.t", 2), ("principal.m.a == 1", 1), ("principal has boss.age", 2),
      ("principal.boss.boss == resource.owner.boss", 2), ("resource.owner.boss.boss.t", 4),
      ("(if principal.boss.t then principal else principal.boss).t", 2),
      ("{a: principal.boss, b: 1}.a.t", 2), ("{a: principal, b: principal.boss.t}.a.t", 2),
      ("false && principal.boss.boss.t", 0),
      (#"principal.hasTag("a") && principal.getTag("a") == "b""#, 1),
      (#"(if principal.t then resource.owner else principal) in Group::"g""#, 2),
    ])
  func needed(condition: String, level: Int) throws {
    #expect(try ValidationWorld.kinds(condition, level: level) == [])
    if level > 0 {
      #expect(try ValidationWorld.kinds(condition, level: level - 1).first == .levelExceeded)
    }
    #expect(try ValidationWorld.kinds(condition) == [])
  }

  @Test(
    "nothing is read at any level of an entity that the policy names itself",
    arguments: [
      #"User::"a".t"#, #"User::"a".boss.t"#, #"User::"a" in Group::"b""#,
      #"(if principal.t then User::"a" else principal).t"#, #"{a: User::"a"}.a.t"#,
    ])
  func literals(condition: String) throws {
    #expect(try ValidationWorld.kinds(condition, level: 9) == [.literalAccess])
    #expect(try ValidationWorld.kinds(#"action in Action::"all""#, level: 1) == [])
  }
}
