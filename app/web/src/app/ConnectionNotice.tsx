import { useEffect, useState } from "react";
import { useConnection } from "@/api/connection";

/** A short break is mended before anybody needs to know. */
const PATIENCE_MS = 1_500;

/** Says that what is shown may be old. Lies over the page, so that nothing moves. */
export function ConnectionNotice() {
  const isLost = useConnection() === "lost";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isLost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <div role="alert" className="absolute inset-x-0 top-full">
      {isShown && (
        <p className="bg-warn-soft px-3 py-1 text-center text-warn text-xs">
          Connection lost: prices and balances may be old. Trying again by itself.
        </p>
      )}
    </div>
  );
}
