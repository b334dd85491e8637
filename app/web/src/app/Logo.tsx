/** Three lanes of waves. */
export function Logo() {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className="size-6 text-accent"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
    >
      <path d="M2 7c3.3 0 3.3-3 6.7-3S12 7 15.300 7 18.700 4 22 4" />
      <path d="M2 13.500c3.300 0 3.300-3 6.700-3s3.300 3 6.600 3 3.400-3 6.700-3" opacity=".7" />
      <path d="M2 20c3.300 0 3.300-3 6.700-3s3.300 3 6.600 3 3.400-3 6.700-3" opacity=".4" />
    </svg>
  );
}
