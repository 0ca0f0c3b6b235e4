import Testing

@testable import Gate

@Suite("Challenges to step up")
struct StepUpChallengesTests {
  private let key = StepUpChallenges.Key(caller: "corp|anna", policies: ["recent"])

  @Test func `a challenge was in vain when another token comes that would not do either`() {
    let challenges = StepUpChallenges()
    #expect(!challenges.isInVain(key, credential: "one", at: 100, maxAge: 300))
    #expect(!challenges.isInVain(key, credential: "one", at: 101, maxAge: 300))
    #expect(challenges.isInVain(key, credential: "two", at: 102, maxAge: 300))
  }

  @Test func `who is asked again only because time went by is challenged again`() {
    let challenges = StepUpChallenges()
    #expect(!challenges.isInVain(key, credential: "one", at: 100, maxAge: 300))
    #expect(!challenges.isInVain(key, credential: "two", at: 400, maxAge: 300))
    #expect(!challenges.isInVain(key, credential: "two", at: 2_000, maxAge: nil))
    #expect(challenges.isInVain(key, credential: "three", at: 2_599, maxAge: nil))
    #expect(!challenges.isInVain(key, credential: "three", at: 2_600, maxAge: nil))
  }

  @Test func `other callers and other policies are others`() {
    let challenges = StepUpChallenges()
    #expect(!challenges.isInVain(key, credential: "one", at: 100, maxAge: 300))
    for other in [
      StepUpChallenges.Key(caller: "corp|bert", policies: ["recent"]),
      StepUpChallenges.Key(caller: "corp|anna", policies: ["strong"]),
    ] {
      #expect(!challenges.isInVain(other, credential: "two", at: 101, maxAge: 300))
    }
  }
}
