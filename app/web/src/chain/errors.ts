/** Why a transaction did not go through. */
export class TransactionError extends Error {
  override readonly name = "TransactionError";

  constructor(
    readonly code: "expired" | "refused" | "failed" | "unreachable" | "unknown",
    message: string,
    /** What to do about it. */
    readonly hint: string | null = null,
    /** Where it got one. */
    readonly signature: string | null = null,
  ) {
    super(message);
  }
}

/** What can be read from a failure on the chain: enough to find the program's own words for it. */
export interface ChainFailure {
  /** The transaction's error, as the node reports it. */
  error: unknown;
  logs: readonly string[];
  /** The programs that the transaction's instructions call, in order. */
  programs: readonly string[];
}

export interface FailureWords {
  message: string;
  hint: string | null;
}

/** Turns a failure into a sentence and a hint; set by the engine when it is loaded. */
export type FailureReader = (failure: ChainFailure) => Promise<FailureWords | null>;

const BY_NAME: Record<string, { message: string; hint: string }> = {
  BlockhashNotFound: {
    message: "The transaction came too late to be accepted",
    hint: "Try again; it will be built anew",
  },
  InsufficientFundsForFee: {
    message: "There is not enough SOL in the wallet for the transaction fee",
    hint: "Add some SOL, then try again",
  },
  AlreadyProcessed: {
    message: "This transaction has been executed already",
    hint: "Look at your balances",
  },
  AccountNotFound: {
    message: "The wallet holds no SOL to pay the transaction fee with",
    hint: "Add some SOL, then try again",
  },
};

/** The best words for a failure. */
export async function failureWords(
  failure: ChainFailure,
  read: FailureReader | null,
): Promise<FailureWords> {
  return (await read?.(failure)) ?? plainFailure(failure);
}

/** The best words for a failure that the engine cannot read. */
export function plainFailure(failure: ChainFailure): FailureWords {
  const { error } = failure;
  const name =
    typeof error === "string"
      ? error
      : typeof error === "object" && error !== null
        ? Object.keys(error)[0]
        : undefined;
  const known = name ? BY_NAME[name] : undefined;
  if (known) {
    return known;
  }
  const said = failure.logs.findLast((line) => /Error Message: |Error: /.test(line));
  const words = said?.replace(/^.*Error(?: Message)?: /, "");
  return {
    message: words ? `The chain refused: ${words}` : "The chain refused the transaction",
    hint: "Nothing was traded. Refresh the quote, then try again",
  };
}
