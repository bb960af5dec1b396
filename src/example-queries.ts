import type { ExampleQuery } from './platform/graphql/explorer.js';

/** What the explorer opens with: the questions that people come with first. */
export const exampleQueries: readonly ExampleQuery[] = [
  {
    title: 'The whole plan: what was promised, by whom,\nhow it stands and what was reported',
    query: `
query WholePlan {
  actionPlan(key: "greater-salt-2024-2025") {
    title(language: "en")
    titleSource(language: "en") { language origin }
    endDate
    member { name(language: "en") }
    commitments(first: 10) {
      totalCount
      nodes {
        number
        title(language: "en")
        leadInstitution { name(language: "en") }
        implementingInstitutions { role namedByCommitment institution { name(language: "en") } }
        workingGroup { name(language: "en") members(first: 10) { nodes { name(language: "en") } } }
        progress { milestones completed overdue overdueSince }
        milestones(first: 10) { nodes { number title(language: "en") dueDate status isOverdue } }
        latestCheckIn { status progress submittedAt institution { name(language: "en") } }
      }
    }
    periods(first: 10) {
      nodes { key startDate dueDate closeDate isStub state latestCheckIn { submittedAt commitment { number } } }
    }
  }
}`,
  },
  {
    title: 'Who has reported this quarter and who has not',
    query: `
query WhoHasReported($period: String = "2024-Q2") {
  actionPlan(key: "greater-salt-2024-2025") {
    reportingRate { expected received onTime late overdue }
  }
  checkIns(plan: "greater-salt-2024-2025", filter: { period: $period }, first: 50) {
    totalCount
    nodes {
      id
      version
      status
      punctuality
      dueDate
      commitment { number title(language: "en") }
      institution { key name(language: "en") contacts { role hasAddress } }
    }
  }
}`,
  },
  {
    title:
      'Report: save a draft, then submit. Put a focal point’s token under Headers\nand the id and version of a check-in from the second tab under Variables.',
    headers: { Authorization: 'Bearer TOKEN' },
    variables: { checkIn: 'ID', version: 0 },
    query: `
mutation SaveDraft($checkIn: ID!, $version: Int!) {
  checkInSaveDraft(input: {
    checkIn: $checkIn
    version: $version
    report: { movement: LITTLE, progress: "The nomination criteria were drafted.", language: "en" }
  }) {
    checkIn { id version status availableTransitions }
  }
}

mutation Submit($checkIn: ID!, $version: Int!) {
  checkInSubmit(input: {
    checkIn: $checkIn
    version: $version
    report: {
      movement: LITTLE
      progress: "The nomination criteria were drafted."
      obstacles: "Two districts have not named anybody yet."
      language: "en"
    }
  }) {
    checkIn { id version status punctuality submittedAt }
  }
}`,
  },
];
